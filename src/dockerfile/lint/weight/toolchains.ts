import { imageName, imageTag } from './official-images.ts'
import type { PackageCommand } from './package-commands.ts'
import type { RunCommand } from './run-commands.ts'

/** Packages that only serve to build other things. */
const BUILD_PACKAGES = new Set(
  `gcc g++ clang build-base build-essential cmake meson ninja ninja-build autoconf automake libtool
  bison flex nasm yasm binutils gfortran rust rustc cargo golang golang-go go maven gradle ant sbt ghc stack cabal-install
  alpine-sdk base-devel gcc-c++ linux-headers kernel-headers dpkg-dev devscripts debhelper pkg-config pkgconf
  musl-dev libc-dev libc6-dev glibc-devel python-dev python3-dev python3-devel default-jdk default-jdk-headless
  llvm valac swig protobuf-compiler protoc typescript dotnet-sdk`.split(/\s+/),
)
/** Packages that an image may well need when it runs: they count when only the build is seen to use them. */
const BUILD_COMMANDS = new Set(['git', 'make', 'patch', 'unzip'])

/** `libpq-dev`, `openssl-devel`, `openjdk-17-jdk`. */
const BUILD_NAME =
  /(?:-dev|-devel|-headers|-jdk|-jdk-headless)$|^(?:gcc|g\+\+|clang|llvm|golang|dotnet-sdk|rust|linux-headers)-?\d[\d.]*$/
/** Names that look so and are something else. */
const NOT_FOR_BUILDS = /^(?:gcc-\d+-base|.*-r-dev)$/

/** The packages among those installed that an image needs only while it is built; `used` are commands that RUNs call. */
export function buildPackages({ packages }: PackageCommand, used: ReadonlySet<string>): string[] {
  return packages.filter(name => {
    if (BUILD_COMMANDS.has(name)) return used.has(name)
    return (BUILD_PACKAGES.has(name) || BUILD_NAME.test(name)) && !NOT_FOR_BUILDS.test(name)
  })
}

/** Base images that are there to build with, by the images to run with instead. */
const SDK_IMAGES: Readonly<Record<string, string>> = {
  golang: 'scratch, alpine or gcr.io/distroless/static',
  rust: 'debian:stable-slim, or scratch with the musl target',
  gcc: 'debian:stable-slim',
  maven: 'eclipse-temurin:21-jre',
  gradle: 'eclipse-temurin:21-jre',
  haskell: 'debian:stable-slim',
  swift: 'swift:slim',
  dart: 'scratch with /runtime/ of the dart image',
  composer: 'php',
  'buildpack-deps': 'debian:stable-slim',
  'mcr.microsoft.com/dotnet/sdk': 'mcr.microsoft.com/dotnet/aspnet or .../runtime',
  'mcr.microsoft.com/dotnet/core/sdk': 'mcr.microsoft.com/dotnet/core/aspnet',
}
const JDK_IMAGES = new Set([
  'eclipse-temurin',
  'openjdk',
  'amazoncorretto',
  'ibm-semeru-runtimes',
  'sapmachine',
  'azul/zulu-openjdk',
  'bellsoft/liberica-openjdk-alpine',
])

/** What to run in instead of an image that brings a tool chain; undefined when it brings none. */
export function runtimeInsteadOf(image: string): string | undefined {
  const name = imageName(image)
  const tag = imageTag(image)
  if (name === 'swift' && tag.includes('slim')) return undefined
  if (Object.hasOwn(SDK_IMAGES, name)) return SDK_IMAGES[name]
  if (JDK_IMAGES.has(name) && (/jdk/.test(tag) || (name === 'openjdk' && !/jre/.test(tag))))
    return `${name} with a jre tag`
  return undefined
}

/** A command that turns sources into programs: the language's name, undefined for others. */
export function compiledLanguage({ name, args }: RunCommand): string | undefined {
  const verbs = args.map(word => word.value)
  const does = (...wanted: string[]): boolean => verbs.some(verb => wanted.includes(verb))
  if (name === 'go') return does('build', 'install') ? 'Go' : undefined
  if (name === 'cargo') return does('build', 'b', 'install') ? 'Rust' : undefined
  if (/^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+)?$/.test(name)) return does('--version', '-v') ? undefined : 'C'
  if (/^mvnw?$/.test(name)) return does('package', 'install', 'verify', 'compile', 'deploy') ? 'Java' : undefined
  if (/^gradlew?$/.test(name))
    return verbs.some(verb => /(?:build|assemble|jar|war|installDist)$/i.test(verb)) ? 'Java' : undefined
  if (name === 'javac') return 'Java'
  if (name === 'dotnet') return does('build', 'publish') ? '.NET' : undefined
  if (name === 'swift') return does('build') ? 'Swift' : undefined
  if (name === 'stack' || name === 'cabal') return does('build', 'install') ? 'Haskell' : undefined
  if (name === 'zig') return verbs[0]?.startsWith('build') ? 'Zig' : undefined
  return undefined
}
