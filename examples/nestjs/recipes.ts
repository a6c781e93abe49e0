import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

export const typeDefs = `
  type Query {
    recipes: [Recipe!] @public
    "Those that nobody has seen yet."
    drafts: [Recipe!] @auth(scopes: [["admin"]])
  }
  type Mutation {
    publish(title: String!): Recipe @critical
  }
  type Recipe {
    title: String!
    minutes: Int!
  }`;

interface Recipe {
  readonly title: string;
  readonly minutes: number;
}

@Resolver('Recipe')
export class RecipesResolver {
  readonly #published: Recipe[] = [{ title: 'bread', minutes: 180 }];
  readonly #drafts: Recipe[] = [{ title: 'soup', minutes: 40 }];

  @Query('recipes')
  recipes(): readonly Recipe[] {
    return this.#published;
  }

  @Query('drafts')
  drafts(): readonly Recipe[] {
    return this.#drafts;
  }

  @Mutation('publish')
  publish(@Args('title') title: string): Recipe | undefined {
    const at = this.#drafts.findIndex((each) => each.title === title);
    const [recipe] = at < 0 ? [] : this.#drafts.splice(at, 1);
    if (recipe) this.#published.push(recipe);
    return recipe;
  }
}
