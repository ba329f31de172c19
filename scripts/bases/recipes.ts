/** A base image: a folder of `images/` with its Dockerfile, and the names it answers to on Docker Hub. */
export interface Recipe {
  readonly folder: string
  readonly names: readonly string[]
}

/** In the order of making: a base may start from one above it. Another base is a folder and a line here. */
export const RECIPES: readonly Recipe[] = [
  { folder: 'debian', names: ['debian:bookworm-slim', 'debian:buster-slim'] },
  { folder: 'busybox', names: ['busybox:latest'] },
  { folder: 'alpine', names: ['alpine:latest'] },
  { folder: 'golang', names: ['golang:latest', 'golang:1.18', 'golang:1.16'] },
  { folder: 'golang-alpine', names: ['golang:alpine'] },
]

/** The recipe whose context also needs rootfs.tar. */
export const DEBIAN = 'debian'
