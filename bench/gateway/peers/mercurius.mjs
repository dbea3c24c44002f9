import mercuriusGateway from '@mercuriusjs/gateway';
import fastify from 'fastify';

const app = fastify();
await app.register(mercuriusGateway, {
  jit: 1,
  gateway: {
    services: JSON.parse(process.env.SUBGRAPHS).map(({ name, url }) => ({
      name,
      url,
      rewriteHeaders: ({ authorization }) => ({ authorization }),
    })),
  },
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
