/** Starts and stops servers on 127.0.0.1. */
import type { Server } from 'node:http';

/** Listens on a free port and returns the URL. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    // Lets a program end that forgets to close the server.
    server.unref();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** Stops listening and closes all connections. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
