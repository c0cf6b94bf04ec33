/** Recognizes copies of log entries, which may come in any order and from several exports. */
import { type Fingerprint, FingerprintTable } from './fingerprints.ts';

/** What is known about one thing that happened. */
const WITHOUT_ID = 1;
const WITH_ID = 2;

/**
 * CloudWatch Logs gives each event an id, which some exports leave out. Entries with different ids are different, also
 * when all their fields are alike: a quick worker may finish two tasks in one second. An entry without an id is a copy
 * of every entry with the same fields. In whatever order they come, the same number of entries is new.
 */
export class Copies {
  readonly #table: FingerprintTable;

  constructor(fingerprint: Fingerprint) {
    this.#table = new FingerprintTable(fingerprint);
  }

  /** Whether the entry is to be counted. `fields` identify what happened; `id` is that of the log event, if exported. */
  isNew(fields: string, id: string | undefined): boolean {
    if (id === undefined) return this.#table.update(fields, (before) => before || WITHOUT_ID) === 0;
    if (this.#table.update(`${id}\n${fields}`, () => WITH_ID) !== 0) return false;
    // The first id belongs to the entry without one that was counted before.
    return this.#table.update(fields, () => WITH_ID) !== WITHOUT_ID;
  }
}
