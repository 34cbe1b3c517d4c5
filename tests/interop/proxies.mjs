// A proxy for tests: prints its port, then "host port" for each connection that it is asked for.
import dns from 'node:dns';

// Only in here does the name mean something.
const resolve = dns.lookup;
dns.lookup = (name, options, done) => resolve(name === 'seed.session.test' ? '127.0.0.1' : name, options, done);

const say = (...words) => process.stdout.write(words.join(' ') + '\n');

if (process.argv[2] === 'socks5') {
  const { createServer } = await import('@pondwader/socks5-server');
  const server = createServer();
  server.setRulesetValidator((connection) => {
    say(connection.destAddress, connection.destPort);
    return true;
  });
  server.listen(0, '127.0.0.1', () => say(server.server.address().port));
} else {
  const { Server } = await import('proxy-chain');
  const server = new Server({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ hostname, port }) => {
      say(hostname, port);
      return {};
    },
  });
  await server.listen();
  say(server.port);
}

// The test closes our input when it is done, or dies.
process.stdin.on('end', () => process.exit(0)).resume();
