/**
 * Runs a script's main function: an error becomes one message and exit code 1, Ctrl-C and SIGTERM end the process
 * through `exit`, so that what was started is stopped.
 */
export async function runScript(main: () => Promise<void>): Promise<void> {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  try {
    await main()
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
