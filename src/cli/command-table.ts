import type { CommandEntry } from './io.ts'

/** Every verb, in the order `tare --help` lists them. A verb's code is loaded only when it is called. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  build: {
    summary: 'Build an image from a Dockerfile',
    load: async () => (await import('./commands/build/command.ts')).buildCommand,
  },
  check: {
    summary: "Check Dockerfiles: Docker's build checks, and what makes images heavy",
    load: async () => (await import('./commands/check/command.ts')).checkCommand,
  },
  context: {
    summary: 'Build contexts: ls shows which files go where, and why',
    load: async () => (await import('./commands/context.ts')).contextCommand,
  },
  run: {
    summary: 'Run a command in a new container',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  images: { summary: 'List images', load: async () => (await import('./commands/images.ts')).imagesCommand },
  pull: {
    summary: 'Pull an image from a registry',
    load: async () => (await import('./commands/pull.ts')).pullCommand,
  },
  push: { summary: 'Push an image to a registry', load: async () => (await import('./commands/push.ts')).pushCommand },
  tag: { summary: 'Give an image another name', load: async () => (await import('./commands/tag.ts')).tagCommand },
  rmi: { summary: 'Remove images', load: async () => (await import('./commands/rmi.ts')).rmiCommand },
  history: {
    summary: 'Show the history of an image',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  inspect: {
    summary: 'Show an image in detail',
    load: async () => (await import('./commands/inspect.ts')).inspectCommand,
  },
  save: { summary: 'Write images to an archive', load: async () => (await import('./commands/save.ts')).saveCommand },
  load: { summary: 'Load images from an archive', load: async () => (await import('./commands/load.ts')).loadCommand },
  import: {
    summary: 'Make an image from a root file system archive',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  login: { summary: 'Log in to a registry', load: async () => (await import('./commands/login.ts')).loginCommand },
  logout: {
    summary: 'Log out from a registry',
    load: async () => (await import('./commands/logout.ts')).logoutCommand,
  },
  image: {
    summary: 'Images: ls, inspect, history, tag, rm, pull, push, save, load, import, prune',
    load: async () => (await import('./commands/image.ts')).imageCommand,
  },
  system: {
    summary: 'Disk usage and cleaning up: df, prune',
    load: async () => (await import('./commands/system.ts')).systemCommand,
  },
  'check-store': {
    summary: 'Verify everything that is stored',
    load: async () => (await import('./commands/check-store.ts')).checkStoreCommand,
  },
  info: {
    summary: 'Show what is in force here, and why',
    load: async () => (await import('./commands/info.ts')).infoCommand,
  },
  debug: {
    summary: 'Look inside: ast',
    load: async () => (await import('./commands/debug.ts')).debugCommand,
  },
  version: { summary: 'Show the version', load: async () => (await import('./commands/version.ts')).versionCommand },
  completion: {
    summary: 'Print a completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
}
