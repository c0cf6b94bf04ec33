/** The arguments of `workers -- --connect` and `workers -- --disconnect`. */
import { parseArgs } from 'node:util';
import { orUsage } from '../../shared/cli.ts';
import { readStage } from '../../shared/place.ts';

export const CONNECTION_USAGE =
  'usage: npm run --silent workers -- (--connect | --disconnect) --stage <stage> [--region <region>]';

/** Whether to connect or disconnect, and which stage. */
export interface ConnectionArguments {
  readonly isConnect: boolean;
  readonly stage: string;
  readonly region: string | undefined;
}

/** Whether the process was asked to connect or disconnect, and not to report. */
export const isConnection = (): boolean =>
  process.argv.slice(2).some((argument) => argument === '--connect' || argument === '--disconnect');

/** Reads the arguments of the process. Refuses wrong ones, with the usage. */
export const readConnection = (): ConnectionArguments =>
  orUsage(CONNECTION_USAGE, () => {
    const { values } = parseArgs({
      options: {
        connect: { type: 'boolean' },
        disconnect: { type: 'boolean' },
        stage: { type: 'string' },
        region: { type: 'string' },
      },
    });
    if (values.connect === values.disconnect) throw new Error('give --connect or --disconnect, not both');
    return { isConnect: values.connect === true, stage: readStage(values.stage), region: values.region };
  });
