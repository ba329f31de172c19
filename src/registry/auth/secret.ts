/** What proves who we are. Never logged, never part of an error. */
export type Credentials =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token. */
  | { readonly type: 'identity'; readonly token: string }
  /** A ready-made bearer token. */
  | { readonly type: 'bearer'; readonly token: string }
