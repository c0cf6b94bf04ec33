/**
 * Serverless Framework plugin: `serverless invoke local --stage local` needs no AWS account.
 *
 * The function's calls go to an embedded AWS in the same process; what the topic received is shown after the result.
 */
import { readOrRefuse } from '../../infrastructure/serverless-plugin.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { emptyQueues } from './queues.ts';

interface Environment {
  environment?: Record<string, unknown>;
}

interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly provider: Environment & { readonly stage: string };
    readonly functions: Readonly<Record<string, Environment>>;
  };
  readonly processedInput: { readonly commands: readonly string[] };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

export default class LocalAwsPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  #aws: LocalAws | undefined;

  constructor(serverless: Serverless) {
    this.hooks = {
      // The framework reads the environment before any hook of "invoke local" could change it.
      initialize: () => this.#start(serverless),
      'after:invoke:local:invoke': () => this.#report(),
    };
  }

  async #start({ service, serviceDir, processedInput, classes }: Serverless): Promise<void> {
    if (service.provider.stage !== 'local' || processedInput.commands.join(' ') !== 'invoke local') return;
    this.#aws = await startLocalAws(readOrRefuse(serviceDir, classes));
    // What serverless.yml sets names resources that are not there: the embedded AWS has its own.
    for (const one of [service.provider, ...Object.values(service.functions)]) {
      for (const name of Object.keys(one.environment ?? {})) {
        one.environment = { ...one.environment, [name]: process.env[name] ?? one.environment?.[name] };
      }
    }
  }

  async #report(): Promise<void> {
    if (this.#aws === undefined) return;
    for (const { by, ...decided } of await emptyQueues(this.#aws)) {
      process.stderr.write(`\nThe ${by} function, which it was handed over to: ${JSON.stringify(decided, null, 2)}\n`);
    }
    const { publications, messages, stop } = this.#aws;
    for (const { subject, bodies } of publications) {
      process.stderr.write(`\nSubject: ${subject}\n\n${bodies.get('email')}\nSMS: ${bodies.get('sms')}\n`);
    }
    for (const { body } of messages) process.stderr.write(`\nTo the quarantine queue: ${body.slice(0, 300)}\n`);
    await stop();
  }
}
