import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countManifest } from '../../../adapters/s3/count-manifest.ts';
import { ProgressCounter } from '../../../domain/labeling/progress.ts';

async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const count = (text: string, sizes: readonly number[] = []) =>
  countManifest(chunksOf(Buffer.from(text), sizes), 'species', 'identify-species');

describe('a manifest that is read in chunks', () => {
  it('gives the same counts wherever its chunks are cut', async () => {
    const lines = fc.array(
      fc.oneof(
        fc.record({ source: fc.string({ unit: 'grapheme' }), species: fc.nat(9) }),
        fc.record({ source: fc.string({ unit: 'grapheme' }) }),
        fc.record({ 'species-metadata': fc.record({ 'failure-reason': fc.constantFrom('declined', 'Ä🙂') }) }),
        fc.constantFrom('', '{"source": ', '[]'),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.array(fc.nat(30)),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (all, sizes, end, isEnded) => {
          const texts = all.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
          const counter = new ProgressCounter('species', 'identify-species');
          for (const text of texts) counter.line(text);
          expect(await count(texts.join(end) + (isEnded ? end : ''), sizes)).toEqual(counter.result());
        },
      ),
    );
  });

  it('may have a line that is too long, which cannot be read', async () => {
    const long = JSON.stringify({ source: 'x'.repeat(17 * 1024 * 1024), species: 1 });
    const text = `{"species": 1}\n\n${long}\n{"species": 2}\n{`;
    const size = 1024 * 1024;
    const sizes = Array.from({ length: 20 }, () => size);
    expect(await count(text, sizes)).toMatchObject({
      labeled: 2,
      broken: 2,
      faults: { 'not-json': 1, 'no-object': 0, 'too-long': 1 },
      firstBroken: [3, 5],
    });
  });

  it('may be empty', async () => {
    expect(await count('')).toMatchObject({ labeled: 0, untouched: 0, failed: 0, broken: 0 });
  });
});
