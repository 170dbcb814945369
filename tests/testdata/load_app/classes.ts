/** A class with a method, one with a field, one of something else. */
export default class MethodApp {
  #greeting: string;

  constructor(greeting = "a method") {
    this.#greeting = greeting;
  }

  fetch(): Response {
    return new Response(this.#greeting);
  }
}

export class FieldApp {
  #greeting = "a field";
  fetch = (): Response => new Response(this.#greeting);
}

export class StaticApp {
  static fetch(): Response {
    return new Response("a static method");
  }
}

export class Repository {}

export { MethodApp };
