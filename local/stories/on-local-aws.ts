/** A story on an AWS and a clock of its own. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { type PlayedClock, startClock } from '../play/history/clock.ts';

/** Tells a story that begins at `start` (milliseconds since 1970). The AWS and the clock end with it. */
export async function onLocalAws(
  configuration: Configuration,
  start: number,
  tell: (aws: LocalAws, clock: PlayedClock) => Promise<void>,
): Promise<void> {
  const aws = await startLocalAws(configuration);
  const clock = startClock(start);
  try {
    await tell(aws, clock);
  } finally {
    clock.stop();
    await aws.stop();
  }
}
