/** A table of many texts in little memory: 9 bytes for each slot, between 18 and 36 bytes for each text. */

/**
 * Two whole numbers of 32 bits that stand for a text. They come from a cryptographic hash, so that nobody can write
 * entries that count as copies of others. Of 10 million texts, two are alike by chance with a probability of 1 in
 * 370,000.
 */
export type Fingerprint = (text: string) => readonly [number, number];

/** More than this are not counted. */
const MOST_SLOTS = 2 ** 25;

/** More entries than a run can hold. The message says what to do. */
export class TooMuchToCount extends Error {
  override readonly name = 'TooMuchToCount';
}

/** A state from 1 to 255 for each text; 0 for texts that are not in the table. */
export class FingerprintTable {
  readonly #fingerprint: Fingerprint;
  #size = 0;
  #keys = new Uint32Array(2 * 1024);
  #states = new Uint8Array(1024);

  constructor(fingerprint: Fingerprint) {
    this.#fingerprint = fingerprint;
  }

  /** Sets the state of `text` to what `next` returns for the state before. Returns the state before. */
  update(text: string, next: (before: number) => number): number {
    if (this.#size * 2 >= this.#states.length) this.#grow();
    const [high, low] = this.#fingerprint(text);
    const slot = this.#slotOf(high, low);
    const before = this.#states[slot] ?? 0;
    const after = next(before);
    if (before === 0 && after !== 0) {
      this.#keys[2 * slot] = high;
      this.#keys[2 * slot + 1] = low;
      this.#size++;
    }
    this.#states[slot] = after;
    return before;
  }

  /** The slot of a fingerprint, or the empty slot where it belongs. Slots are searched one after the other. */
  #slotOf(high: number, low: number): number {
    const mask = this.#states.length - 1;
    let slot = low & mask;
    while (this.#states[slot] !== 0 && !(this.#keys[2 * slot] === high && this.#keys[2 * slot + 1] === low))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    if (this.#states.length >= MOST_SLOTS)
      throw new TooMuchToCount('these are more than 8 million log entries: report a shorter period, with logs of it');
    const [keys, states] = [this.#keys, this.#states];
    this.#keys = new Uint32Array(2 * keys.length);
    this.#states = new Uint8Array(2 * states.length);
    for (let at = 0; at < states.length; at++) {
      const state = states[at] ?? 0;
      if (state === 0) continue;
      const high = keys[2 * at] ?? 0;
      const low = keys[2 * at + 1] ?? 0;
      const slot = this.#slotOf(high, low);
      this.#keys[2 * slot] = high;
      this.#keys[2 * slot + 1] = low;
      this.#states[slot] = state;
    }
  }
}
