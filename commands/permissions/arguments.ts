/** The arguments of `permissions`. */
import { parseArgs } from 'node:util';
import { fromUser } from '../../local/play/input.ts';
import { orUsage } from '../shared/cli.ts';
import { readStage } from '../shared/place.ts';

export const USAGE =
  'usage: npm run --silent permissions -- [--stage <stage>] [--diff <template of the deployed stage>] [--json] ' +
  '[--config ground-control.yml] [--region <region>]';

export interface Arguments {
  readonly stage: string;
  readonly region: string | undefined;
  readonly config: string | undefined;
  /** The path of a deployed template, as the user wrote it, and where it is. */
  readonly deployed: { readonly name: string; readonly path: string } | undefined;
  readonly json: boolean;
}

/** Reads the arguments of the process. Refuses wrong ones, with the usage. */
export function readArguments(): Arguments {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        config: { type: 'string' },
        diff: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    return {
      // Names in the template hold the stage.
      stage: readStage(values.stage ?? 'prod'),
      region: values.region,
      config: values.config,
      deployed: values.diff === undefined ? undefined : { name: values.diff, path: fromUser(values.diff) },
      json: values.json === true,
    };
  });
}
