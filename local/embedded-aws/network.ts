/** Servers on 127.0.0.1. */
import type { Server } from 'node:http';

/** Listens on a free port; gives the URL. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    // A program that forgets to close it still ends.
    server.unref();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** Stops listening and ends connections. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
