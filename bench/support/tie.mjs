/** Two ends of a connection through a proxy: nothing waits to be sent with more, and they end together. */
export function tie(client, server, onEnd) {
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      client.destroy();
      server.destroy();
      onEnd();
    });
  }
}
