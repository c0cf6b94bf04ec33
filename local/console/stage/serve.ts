/** Serves the console of a deployed stage. */
import { type Served, serve } from '../serve.ts';
import '../tsx.ts';
import type { Stage } from '../../stage/stage.ts';

/** Serves the console at `port`, or at a free one for 0. Rejects when the port is taken. */
export async function serveStage(stage: Stage, port: number): Promise<Served> {
  // It has JSX, which this process can read now.
  const { stageConsole } = await import('./app.tsx');
  return serve((secrets, bound) => stageConsole(stage, secrets, bound), port);
}
