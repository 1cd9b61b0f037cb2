import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/* The least an object store can be: keeps the last body put, gives it back. A process of its own; prints its port. */
let kept = Buffer.alloc(0);
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-length': kept.length }).end(kept);
    return;
  }
  void buffer(request).then((body) => {
    kept = body;
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
