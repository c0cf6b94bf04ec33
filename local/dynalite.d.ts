declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** Times in milliseconds; data lives in memory unless `path` is given. */
  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    path?: string;
  }): Server;
}
