/** How the build's machine reaches the network; handed in, so that all of Tare does it alike. */
export interface Network {
  /** The proxy's URL, undefined for a direct connection. */
  proxyFor(url: URL): string | undefined
  /** PEM of the authorities that are trusted; asked for at the first TLS connection. */
  authorities(): Promise<readonly string[]>
}
