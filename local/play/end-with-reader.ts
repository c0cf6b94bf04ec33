/** How commands end when nobody reads their output any more. */

/**
 * Ends the process without an error when its output is no longer read (`| head`), with code 130 on Ctrl-C, and with a
 * line on standard error and code 1 when its output cannot be written (a full disk).
 */
export function endWithReader(): void {
  process.once('SIGINT', () => process.exit(130));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`standard output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}
