/** The stories of the console: each is played when somebody opens it, and its steps are kept. */
import type { Configuration } from '../../../schemas/configuration/file.ts';
import { STORIES } from '../../stories/all.ts';
import { playStory } from '../../stories/in-worker.ts';
import type { Moment } from '../../stories/moment.ts';
import type { Story } from '../../stories/story.ts';

/** A story, as far as it has been played. */
export interface Scene {
  readonly story: Story;
  readonly moments: readonly Moment[];
  readonly state: 'playing' | 'played' | 'failed';
  /** Why it failed. */
  readonly error?: string;
}

export interface Scenes {
  /** The story called `id`, which begins to play if it has not; undefined when there is none. */
  readonly open: (id: string) => Scene | undefined;
  /** Plays it from the beginning, unless it is being played. */
  readonly again: (id: string) => void;
  readonly stop: () => void;
}

/** Stories with `configuration`. Calls `changed` with the id of a story after each of its steps. */
export function scenesOf(configuration: Configuration, changed: (id: string) => void): Scenes {
  const scenes = new Map<string, Scene>();
  const ending = new AbortController();
  const play = (story: Story): Scene => {
    const moments: Moment[] = [];
    const note = (scene: Omit<Scene, 'story' | 'moments'>) => {
      const now = { story, moments, ...scene };
      scenes.set(story.id, now);
      changed(story.id);
      return now;
    };
    const show = (moment: Moment) => {
      moments.push(moment);
      changed(story.id);
    };
    playStory({ story: story.id, configuration }, show, ending.signal).then(
      () => note({ state: 'played' }),
      (error: unknown) => note({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
    );
    return note({ state: 'playing' });
  };
  const storyCalled = (id: string) => STORIES.find((story) => story.id === id);
  return {
    open: (id) => {
      const story = storyCalled(id);
      return story && (scenes.get(id) ?? play(story));
    },
    again: (id) => {
      const story = storyCalled(id);
      if (story !== undefined && scenes.get(id)?.state !== 'playing') play(story);
    },
    stop: () => ending.abort(),
  };
}
