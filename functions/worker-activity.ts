import { liveHandler } from '../handlers/teams/live.ts';

export const handler = liveHandler();
