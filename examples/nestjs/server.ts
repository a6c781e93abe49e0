import 'reflect-metadata';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { createPortcullis } from 'portcullis';
import type { RequestLike, ResponseLike } from 'portcullis';
import { RecipesResolver, typeDefs } from './recipes.js';

const portcullis = createPortcullis();

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      playground: false,
      typeDefs: [typeDefs, portcullis.typeDefs],
      resolvers: portcullis.resolvers,
      transformSchema: (schema) => portcullis.protect(schema),
      // Apollo Server has types of its own for each kind of module, and NestJS is of the other.
      plugins: portcullis.plugins as unknown as NonNullable<ApolloDriverConfig['plugins']>,
      context: ({ req, res }: { req: RequestLike; res: ResponseLike }) =>
        portcullis.context(req, res),
    }),
  ],
  providers: [RecipesResolver],
})
class AppModule {}

Logger.overrideLogger(['error', 'warn']);
const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 4_000, '127.0.0.1');
console.log(`GraphQL  ${await app.getUrl()}/graphql`);
