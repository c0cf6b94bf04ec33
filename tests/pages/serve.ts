/** A console that a process of its own serves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';

export interface Served {
  /** With the secret, as the terminal shows it. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts the program `script`, which prints the console's address and ends with its input. */
export async function serve(script: string, args: readonly string[] = []): Promise<Served> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: BARE,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(String(text).trim()));
    child.once('exit', (code) => reject(new Error(`${script} ended with exit code ${code}`)));
  });
  return {
    address,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
