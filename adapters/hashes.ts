/** The hashes that policy works with and cannot make itself: `domain/` has no cryptography. */
import { createHash, createHmac, hash } from 'node:crypto';
import type { Sha256 } from '../domain/report/page.ts';
import type { Fingerprint } from '../domain/teams/fingerprints.ts';
import type { Mac } from '../domain/teams/pseudonyms.ts';

/** HMAC-SHA256 under `secret`. */
export const macWith =
  (secret: Buffer | string): Mac =>
  (text) =>
    createHmac('sha256', secret).update(text).digest('hex');

/** The first 64 bits of SHA-256. They come as text, because a million small buffers keep garbage collection busy. */
export const fingerprint: Fingerprint = (text) => {
  const digits = hash('sha256', text, 'hex');
  return [Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8, 16), 16)];
};

/** SHA-256 in Base64, as the policy of a page names it. */
export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('base64');
