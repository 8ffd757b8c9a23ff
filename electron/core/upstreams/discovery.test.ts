import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  JAN_SHAPE,
  LLAMA_SERVER_SHAPE,
  OLLAMA_SHAPE,
  serveShape,
  TEXT_GENERATION_WEBUI_SHAPE,
  type Shape,
  type ShapedServer,
} from '../../../tests/support/llm-server-shapes.ts';
import { discoverServers } from './discovery.ts';

const servers: ShapedServer[] = [];

afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function serve(shape: Shape): Promise<ShapedServer> {
  const server = await serveShape(shape);
  servers.push(server);
  return server;
}

describe('discovery', () => {
  it('finds LLM servers and leaves out others, our own and closed ports', async () => {
    const ollama = await serve(OLLAMA_SHAPE);
    const llama = await serve(LLAMA_SERVER_SHAPE);
    const website = await serve({ '/': { body: '<html></html>' } });
    const ours = await serve(OLLAMA_SHAPE);
    const closed = await serve(OLLAMA_SHAPE);
    await closed.close();
    const ports = [llama, ollama, website, ours, closed].map((server) => server.port);
    expect(await discoverServers({ ports, exclude: [ours.port] })).toEqual([
      { url: `http://127.0.0.1:${llama.port}`, kind: 'llamacpp', label: 'llama-server b11669' },
      { url: `http://127.0.0.1:${ollama.port}`, kind: 'ollama', label: 'Ollama 0.33.0' },
    ]);
    expect(ours.asked).toEqual([]);
  });

  it('asks other ports a single question, and recognises what listens there', async () => {
    const jan = await serve(JAN_SHAPE);
    const webui = await serve(TEXT_GENERATION_WEBUI_SHAPE);
    const website = await serve({ '/': { body: '<html></html>' } });
    const app = await serve({ '/v1/models': { status: 404, body: { detail: 'Not Found' } } });
    let said = '';
    const foreign = createServer((socket) => {
      socket.on('data', (data) => (said += data.toString()));
      socket.write('220 mail.example.com\r\n');
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const { port } = foreign.address() as AddressInfo;
    const others = [jan.port, webui.port, website.port, app.port, port, 6379, 80];
    expect(await discoverServers({ ports: [], others })).toEqual([
      { url: `http://127.0.0.1:${jan.port}`, kind: 'jan', label: 'Jan' },
      {
        url: `http://127.0.0.1:${webui.port}`,
        kind: 'text-generation-webui',
        label: 'text-generation-webui',
      },
    ]);
    expect([website.asked, app.asked]).toEqual([['GET /v1/models'], ['GET /v1/models']]);
    expect(said.match(/GET /g)).toHaveLength(1);
    foreign.close();
  });

  it('ends after its time with what was found', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const ollama = await serve(OLLAMA_SHAPE);
    const options = { ports: [ollama.port, port], timeoutMs: 60_000, limitMs: 1_000 };
    expect(await discoverServers(options)).toMatchObject([{ kind: 'ollama' }]);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('searches only this machine', async () => {
    await expect(
      discoverServers({ hosts: ['127.0.0.1', '192.168.1.7'], ports: [1] }),
    ).rejects.toThrow('192.168.1.7 is not a loopback address');
    await expect(discoverServers({ hosts: ['127.0.0.1.example.com'], ports: [1] })).rejects.toThrow(
      RangeError,
    );
  });
});
