/** What happens when: a priority queue over simulated time. Nothing waits. */
export class Timeline<T> {
  /** A binary heap: no entry comes before its parent. Entries of one time keep their order. */
  readonly #heap: { readonly at: number; readonly order: number; readonly what: T }[] = [];
  #order = 0;

  add(at: number, what: T): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order++, what });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#swapped(parent, child)) return;
      child = parent;
    }
  }

  /** Removes the first entry. */
  take(): { readonly at: number; readonly what: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; 2 * parent + 1 < heap.length; ) {
      const left = 2 * parent + 1;
      const child = left + 1 < heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapped(parent, child)) break;
      parent = child;
    }
    return first;
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  }

  /** Swaps the two unless `parent` comes first. */
  #swapped(parent: number, child: number): boolean {
    const [a, b] = [this.#heap[parent], this.#heap[child]];
    if (a === undefined || b === undefined || !this.#isBefore(child, parent)) return false;
    this.#heap[parent] = b;
    this.#heap[child] = a;
    return true;
  }
}
