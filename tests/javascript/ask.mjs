// Asks an endpoint by Comunica: node ask.mjs ENDPOINT QUERY. Writes what came as one line of JSON.
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, query] = process.argv.slice(2);
const result = await new QueryEngine().query(query, { sources: [{ type: "sparql", value: endpoint }] });
const collected = [];
switch (result.resultType) {
  case "boolean":
    collected.push(await result.execute());
    break;
  case "bindings":
    for await (const row of await result.execute()) {
      collected.push(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
    }
    break;
  case "quads":
    for await (const quad of await result.execute()) {
      collected.push([quad.subject.value, quad.predicate.value, quad.object.value]);
    }
}
console.log(JSON.stringify(collected));
