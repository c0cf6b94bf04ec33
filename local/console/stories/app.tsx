/** The console: its pages and their addresses. */
import { globSync } from 'node:fs';
import type { Context } from 'hono';
import type { Configuration } from '../../../schemas/configuration/file.ts';
import { besideOf } from '../../play/beside.ts';
import { readEvents } from '../../play/input.ts';
import { STORIES } from '../../stories/all.ts';
import type { Moment } from '../../stories/moment.ts';
import { samplePath } from '../../stories/samples.ts';
import { guarded, page } from '../base.ts';
import type { Secrets } from '../guard.ts';
import type { Console } from '../serve.ts';
import { topicsOf } from '../topics.ts';
import { messageOf } from './message.ts';
import { scenesOf } from './scenes.ts';
import { FAULTS, type FaultName, WAYS, type Way } from './trial/protocol.ts';
import { trialOf } from './trial/trial.ts';
import { Missing } from './views/layout.tsx';
import { MailPage } from './views/mail.tsx';
import { FORMS, type Look, type Step } from './views/moments.tsx';
import { StoryPage } from './views/story.tsx';
import { TryPage } from './views/try.tsx';

const FIRST_SAMPLE = 'training-job/failed.json';
/** Bytes of an event that can be sent. EventBridge takes 256 KB. */
const LARGEST_EVENT = 262_144;

/** What the form for an event holds. */
interface Draft {
  /** The path of the sample below `events/`; empty when the event is of another source. */
  readonly sample: string;
  readonly text: string;
  readonly way: Way;
  readonly fault: FaultName;
}

/** The console for `configuration`. `port` is known when the server listens. */
export function consoleOf(given: Configuration, secrets: Secrets, port: () => number): Console {
  // People see the form for chat even if they have not switched it on.
  const configuration = { ...given, chat: true };
  const topics = topicsOf();
  const scenes = scenesOf(configuration, (id) => topics.changed(`story ${id}`));
  const trial = trialOf(configuration, () => topics.changed('try'));
  /** The paths of all samples below `events/`. */
  const samples = globSync('**/*.json', { cwd: samplePath('') }).sort();
  /** What people sent last, and how: it is in the form again. */
  let draft: Draft = { sample: FIRST_SAMPLE, text: textOf(FIRST_SAMPLE), way: 'once', fault: 'none' };

  const stepsOf = (moments: readonly Moment[]): Step[] =>
    moments.map((moment) => ({
      moment,
      messages: moment.publications.map((publication) => messageOf(publication, configuration)),
    }));
  const momentsAt = (base: string): readonly Moment[] => {
    if (base === '/try') return trial.moments();
    return scenes.open(base.replace('/stories/', ''))?.moments ?? [];
  };

  const app = guarded(secrets, port, topics);
  app.get('/', (context) => context.redirect(`/stories/${STORIES[0]?.id ?? ''}`));

  app.get('/stories/:id/:step?', (context) => {
    const scene = scenes.open(context.req.param('id'));
    if (scene === undefined) return missing(context, `There is no story "${context.req.param('id')}".`);
    const steps = stepsOf(scene.moments);
    const look = lookOf(context, `/stories/${scene.story.id}`, steps);
    const wanted = context.req.param('step');
    if (wanted !== undefined && scene.state !== 'playing' && steps[Number(wanted) - 1] === undefined)
      return missing(context, `This story has no step ${wanted}: it has ${steps.length}.`);
    const sets = scene.story.sets?.(given) ?? [];
    return page(context, <StoryPage scene={scene} steps={steps} look={look} sets={sets} form={secrets.form} />);
  });
  app.post('/stories/:id/again', (context) => {
    scenes.again(context.req.param('id'));
    return context.redirect(`/stories/${context.req.param('id')}`, 303);
  });

  const mail = (context: Context, base: string) => {
    const moment = momentsAt(base)[Number(context.req.param('step')) - 1];
    const publication = moment?.publications[Number(context.req.query('message') ?? 1) - 1];
    if (publication === undefined) return missing(context, 'There is no such mail.');
    return page(context, <MailPage text={messageOf(publication, configuration).email} />);
  };
  app.get('/stories/:id/:step/mail', (context) => mail(context, `/stories/${context.req.param('id')}`));
  app.get('/try/:step/mail', (context) => mail(context, '/try'));

  const tryPage = (context: Context, draft: Draft, mistake?: string) => {
    const steps = stepsOf(trial.moments());
    const look = lookOf(context, '/try', steps, steps.length);
    const standing = trial.standing();
    const shown = { ...draft, mistake, steps, look, standing, isBusy: trial.isBusy(), form: secrets.form };
    return page(context, <TryPage samples={samples} {...shown} />, mistake === undefined ? 200 : 422);
  };
  app.get('/try/:step?', (context) => {
    const { sample, like } = context.req.query();
    if (sample !== undefined) {
      if (!samples.includes(sample)) return missing(context, `There is no sample "${sample}".`);
      return tryPage(context, { ...draft, sample, text: textOf(sample) });
    }
    if (like !== undefined) {
      const [, base = '', step = ''] = /^(.*)\/(\d+)$/.exec(like) ?? [];
      const event = momentsAt(base)[Number(step) - 1]?.event;
      if (event === undefined) return missing(context, `There is no event at ${like}.`);
      return tryPage(context, { ...draft, sample: '', text: JSON.stringify(event, null, 2) });
    }
    return tryPage(context, draft);
  });
  app.post('/try/send', async (context) => {
    const body = await context.req.parseBody();
    const sent: Draft = {
      sample: samples.find((one) => one === body['sample']) ?? '',
      text: String(body['event'] ?? ''),
      way: WAYS.find((one) => one === body['way']) ?? 'once',
      fault: FAULTS.find((one) => one === body['fault']) ?? 'none',
    };
    const event = parsed(sent.text);
    if ('mistake' in event) return tryPage(context, sent, event.mistake);
    draft = sent;
    const { sample, way, fault } = sent;
    const isChanged = sample === '' || sent.text.replaceAll('\r\n', '\n') !== textOf(sample);
    const beside = sample === '' ? undefined : besideOf(samplePath(sample));
    const what = sample === '' ? 'An event of your own' : `events/${sample}${isChanged ? ', changed' : ''}`;
    trial.ask({ kind: 'send', what, event: event.value, beside, way, fault });
    return context.redirect('/try', 303);
  });
  app.post('/try/clock', async (context) => {
    const { advance } = await context.req.parseBody();
    if (advance === 'forget') {
      draft = { ...draft, way: 'once', fault: 'none' };
      await trial.forget();
    } else if (advance === 'next') trial.ask({ kind: 'advance', minutes: 'next' });
    else if (advance === '60' || advance === '1440') trial.ask({ kind: 'advance', minutes: Number(advance) });
    return context.redirect('/try', 303);
  });

  app.notFound((context) => missing(context, 'There is no page at this address.'));

  return {
    app,
    stop: async () => {
      topics.end();
      scenes.stop();
      await trial.forget();
    },
  };
}

/** Which step is looked at. Without one in the address: `otherwise`, or the first with a message. */
function lookOf({ req }: Context, base: string, steps: readonly Step[], otherwise?: number): Look {
  const { message, form } = req.query();
  const told = steps.findIndex(({ messages }) => messages.length > 0);
  const step = Number(req.param('step')) || (otherwise ?? Math.max(told, 0) + 1);
  return { base, step, message: Number(message) || 1, form: FORMS.find((one) => one === form) ?? 'email' };
}

const missing = (context: Context, what: string) => page(context, <Missing what={what} />, 404);

/** The text of the only event in a sample. */
const textOf = (sample: string): string =>
  JSON.stringify(readEvents([samplePath(sample)]).sources[0]?.event, null, 2) ?? '';

function parsed(text: string): { readonly value: unknown } | { readonly mistake: string } {
  if (Buffer.byteLength(text) > LARGEST_EVENT)
    return { mistake: 'The event is larger than 256 KB, which EventBridge refuses.' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { mistake: `This is no JSON: ${error instanceof Error ? error.message : error}` };
  }
}
