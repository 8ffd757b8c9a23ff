import { afterEach, describe, expect, it } from 'vitest';
import {
  LLAMA_SERVER_SHAPE,
  OLLAMA_SHAPE,
  serveShape,
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

  it('searches only this machine', async () => {
    await expect(
      discoverServers({ hosts: ['127.0.0.1', '192.168.1.7'], ports: [1] }),
    ).rejects.toThrow('192.168.1.7 is not a loopback address');
    await expect(discoverServers({ hosts: ['127.0.0.1.example.com'], ports: [1] })).rejects.toThrow(
      RangeError,
    );
  });
});
