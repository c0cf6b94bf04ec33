/** A story: what happens, step by step. */

import { Command } from '../../frame.tsx';
import type { Scene } from '../scenes.ts';
import { Layout } from './layout.tsx';
import { Detail, type Look, type Step, Timeline } from './moments.tsx';

interface StoryPage {
  readonly scene: Scene;
  readonly steps: readonly Step[];
  readonly look: Look;
  /** What the story sets, in words. */
  readonly sets: readonly string[];
  /** The secret of forms. */
  readonly form: string;
}

const STATES = { playing: 'It plays now.', played: '', failed: 'It failed:' } as const;

export const StoryPage = ({ scene, steps, look, sets, form }: StoryPage) => {
  const { story, state, error } = scene;
  const step = steps[look.step - 1];
  return (
    <Layout title={story.title} here={`/stories/${story.id}`} topic={`story ${story.id}`}>
      <div class="about">
        <h1>{story.title}</h1>
        <p>{story.about}</p>
        {sets.length === 0 ? undefined : <p class="quiet">This story sets {sets.join(', and ')}.</p>}
        <Command>{`npm start -- ${story.id}`}</Command>
        <form method="post" action={`/stories/${story.id}/again`}>
          <input type="hidden" name="form" value={form} />
          <button type="submit" disabled={state === 'playing'}>
            Play again
          </button>{' '}
          <span class={state === 'failed' ? 'failure' : 'quiet'}>
            {STATES[state]} {error ?? ''}
          </span>
        </form>
        <Timeline steps={steps} look={look} />
      </div>
      {step === undefined ? <p class="empty">The first step comes in a moment.</p> : <Detail step={step} look={look} />}
    </Layout>
  );
};
