import { describe, expect, it } from 'vitest';
import { notesOn } from '../../../domain/teams/render/words.ts';
import { reportOf } from '../../support/team-report.ts';
import { entryOf, HOUR, type Task, tasksOf } from '../../support/team-world.ts';

const FIVE = [0, 1, 2, 3, 4];
const now = FIVE.flatMap((worker) => tasksOf(worker, 2, [10]));
const daysBefore = (days: number): Task[] => now.map((task) => ({ ...task, at: task.at - days * 24 * HOUR }));
const notesOf = (tasks: readonly Task[]) => notesOn(reportOf(tasks.map(entryOf)), false, undefined).join('\n');

describe('the notes on a report', () => {
  it.each([
    ['the first entry came late in the period before', [...now, ...daysBefore(3)], true],
    ['there are entries from the first day of the period before on', [...now, ...daysBefore(7)], false],
    ['no change is shown', now, false],
  ])('say when changes may look too large: %s', (_, tasks, isSaid) => {
    const sentence =
      'The first entry is of 2026-11-06 00:00:00 UTC, within the period before. If earlier entries are missing, changes look too large.';
    expect(notesOf(tasks).includes('The first entry is of')).toBe(isSaid);
    if (isSaid) expect(notesOf(tasks)).toContain(sentence);
    expect(notesOf(tasks)).not.toContain('The log begins');
  });

  it('quote types of entries that look like names of types, and count the others', () => {
    const types = ['TasksPaused', 'Tasks_Seen', 'Call +49 30 123', 'x'.repeat(41), '<b>', 'TasksPaused'];
    const odd = types.map((type, nth) => ({ worker: nth, at: (now[0]?.at ?? 0) + nth, type }));
    expect(notesOf([...now, ...odd])).toContain(
      'Types of entries that are not known were left out: TasksPaused (2), Tasks_Seen (1), others (3).',
    );
  });
});
