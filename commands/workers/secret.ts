/** The secret that pseudonyms are made with. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { Refused } from '../shared/cli.ts';

/** Bytes. */
const [SHORTEST, LONGEST] = [16, 4096];

/**
 * The secret in `file`, without a line end behind it; without a file a random one, which nobody ever sees. Refuses a
 * file that cannot be read, or whose secret is too short to be one.
 */
export function secretOf(file: string | undefined): Buffer {
  if (file === undefined) return randomBytes(32);
  const bytes = bytesOf(file);
  const end = bytes.findLastIndex((byte) => byte !== 0x0a && byte !== 0x0d) + 1;
  if (end < SHORTEST || end > LONGEST)
    throw new Refused(
      `${file} does not hold a secret of ${SHORTEST} to ${LONGEST} bytes: make one with "openssl rand -hex 32"`,
    );
  return bytes.subarray(0, end);
}

/** The first bytes of a file: a little more than the longest secret, so that a longer one is noticed. */
function bytesOf(file: string): Buffer {
  try {
    const opened = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(LONGEST + 3);
      return bytes.subarray(0, readSync(opened, bytes));
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new Refused(`cannot read ${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
