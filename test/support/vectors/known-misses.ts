type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Vectors that BuildKit itself (Docker 28.5.2 of ../shared/tools/peers) answers otherwise, by file and row, with its answer. */
export const WRONG_VECTORS: Reasons = {
  lint_vectors: {
    'docs/CopyIgnoredFile/bad/828':
      'its .dockerignore, */tmp/*, does not match tmp/helloworld.txt, and BuildKit has no warning',
    'docs/LegacyKeyValueFormat/bad/807': '`ARG foo bar` declares two arguments, and BuildKit has no warning',
    'docs/MultipleInstructionsDisallowed/bad/785':
      'it is the good example, with one ENTRYPOINT, and BuildKit has no warning',
    'docs/MultipleInstructionsDisallowed/bad/1017': 'the CMD of HEALTHCHECK is no CMD, and BuildKit has no warning',
    'docs/InvalidDefinitionDescription/good/1876':
      'an empty line does not part a comment from its instruction, and BuildKit warns',
  },
  reference_vectors: {
    [`TestReferenceParse validname@sha512:${'f'.repeat(128)}`]:
      'its program was linked without sha512. BuildKit takes `FROM validname@sha512:fff...`, looks it up and says "docker.io/library/validname@sha512:fff...: not found"',
  },
}

/**
 * Vectors that do not hold here, by file and row, each with its reason. One that is in neither list fails the tests, and
 * so does one that is and holds.
 */
export const KNOWN_MISSES: Reasons = {
  build_cases: {
    'bk/cmd/testDefaultShellAndPath': 'builds for two platforms at once, one of them Windows',
    'bk/cmd/testDefaultPathEnvOnWindows': 'needs a Windows base image',
    'bk/namedcontext/testSourcePolicyWithNamedContext':
      'needs the source policy that turns the image into a directory, which the vector does not carry; without it BuildKit says ""/foo": not found", too',
  },
  spec_vectors: {
    'image-spec/TestManifest 5':
      'the schema wants a layer, yet BuildKit builds `FROM scratch` and `LABEL a=b` to an image with `"RootFS":{"Type":"layers"}` and no layer, and such images are pulled from registries',
    'image-spec/TestManifest 6':
      'digests of algorithms that nobody can verify are well formed, but not to be fetched: to `FROM validname@sha256+b64:c86f...` BuildKit says "unsupported digest algorithm"',
  },
}
