/** The deployment that all files of the deployment test share: `global-setup.ts` makes it, tests `inject` it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/events.ts';

export interface Deployment {
  /** URL of the emulator. */
  readonly endpoint: string;
  /** A temporary folder, removed after the last test. */
  readonly folder: string;
  /** What `serverless deploy` said. */
  readonly said?: string;
  /** More variables for commands. */
  readonly environment?: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    deployment: Deployment;
  }
}

export const STAGE = 'emulator';
export const REGION = 'us-east-1';
/** Functions, queues and tables are named with this prefix. */
export const PREFIX = `ground-control-${STAGE}-`;
export const TOPIC = `arn:aws:sns:${REGION}:000000000000:${PREFIX}alerts`;
export const CONFIGURATION = join(import.meta.dirname, 'ground-control.yml');
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Finished {
  readonly status: number | null;
  /** What the command wrote to its standard output, then to its standard error. */
  readonly output: string;
}

/** The environment of a command: it knows the emulator and nothing else. */
export const environmentIn = ({ endpoint, folder, environment = {} }: Deployment): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  TMPDIR: folder,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: REGION,
  SLS_AWS_MONITORING_FREQUENCY: '500',
  GROUND_CONTROL_FILE: CONFIGURATION,
  ...environment,
});

/** Runs `command` in the repository. */
export function runIn(deployment: Deployment, command: string, ...args: string[]): Finished {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: environmentIn(deployment),
  });
  if (error !== undefined) throw error;
  return { status, output: `${stdout}${stderr}` };
}

/** Runs the Serverless Framework on the stage. */
export const serverless = (deployment: Deployment, command: 'deploy' | 'remove'): Finished =>
  runIn(deployment, join(ROOT, 'node_modules/.bin/serverless'), command, '--stage', STAGE);
