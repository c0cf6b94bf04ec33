/** When something happened, in bounded memory: the first and the last millisecond of each minute that has any. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export class Minutes {
  #moments = 0;
  /** For each hour: the first and the last millisecond within each minute, plus 1; 0 for a minute that has none. */
  readonly #hours = new Map<number, Uint16Array>();

  /** `at`: whole epoch milliseconds. */
  add(at: number): void {
    const hour = Math.floor(at / HOUR);
    const rest = at - hour * HOUR;
    const within = (rest % MINUTE) + 1;
    this.#put(hour, Math.floor(rest / MINUTE), within, within);
    this.#moments++;
  }

  merge(other: Minutes): void {
    this.#moments += other.#moments;
    for (const [hour, minutes] of other.#hours) {
      for (let minute = 0; minute < 60; minute++) {
        const first = minutes[2 * minute] ?? 0;
        if (first !== 0) this.#put(hour, minute, first, minutes[2 * minute + 1] ?? first);
      }
    }
  }

  #put(hour: number, minute: number, first: number, last: number): void {
    const minutes = this.#hours.get(hour) ?? new Uint16Array(120);
    this.#hours.set(hour, minutes);
    const known = minutes[2 * minute] ?? 0;
    minutes[2 * minute] = known === 0 ? first : Math.min(known, first);
    minutes[2 * minute + 1] = Math.max(minutes[2 * minute + 1] ?? 0, last);
  }

  /**
   * The longest time between two moments that follow each other, in whole seconds; 0 when it is less than a minute.
   * Absent when there are fewer than two moments.
   */
  longestGapSeconds(): number | undefined {
    if (this.#moments < 2) return undefined;
    let longest = 0;
    let previous: number | undefined;
    for (const [hour, minutes] of [...this.#hours].sort(([one], [other]) => one - other)) {
      for (let minute = 0; minute < 60; minute++) {
        const [first = 0, last = 0] = [minutes[2 * minute], minutes[2 * minute + 1]];
        if (first === 0) continue;
        const start = hour * HOUR + minute * MINUTE;
        if (previous !== undefined) longest = Math.max(longest, start + first - previous);
        previous = start + last;
      }
    }
    return longest < MINUTE ? 0 : Math.round(longest / 1000);
  }
}
