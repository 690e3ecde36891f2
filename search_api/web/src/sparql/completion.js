// What the editor completes: our prefixes and terms, loaded once, and resources by name, asked as one types.
// Yasqe's own completers would ask prefix.cc and LOV; no request may leave for another host.

const get = async (path) => {
  const response = await fetch(path, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
};

const isVariable = (token) => token.string[0] === "?" || token.string[0] === "$";

/** Shortens an IRI by the prefixes of the query, which need not declare ours: the server knows them. */
const shorten = (iri, prefixes) => {
  const found = Object.entries(prefixes).find(([, base]) => iri.startsWith(base));
  const local = found && iri.slice(found[1].length);
  return local && /^[\w][\w-]*$/.test(local) ? `${found[0]}:${local}` : `<${iri}>`;
};

const words = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

/** Registers the completers, and a mode of the editor that knows our prefixes; says what to turn on. */
export async function completion(Yasqe, language) {
  const { prefixes, terms } = await get(`/sparql/terms?lang=${language}`);
  Yasqe.defineMode("sparql-with-prefixes", (config) => {
    const mode = Yasqe.getMode(config, "sparql11");
    const startState = () => {
      const state = mode.startState();
      Object.assign(state.prefixes, prefixes);
      return state;
    };
    return { ...mode, startState };
  });
  const known = (yasqe) => ({ ...prefixes, ...yasqe.getPrefixesFromQuery() });

  const hint = (yasqe, token, text, label, shown) => {
    const { line } = yasqe.getDoc().getCursor();
    return {
      text,
      displayText: shown ?? (label ? `${text}  ${label}` : text),
      from: { line, ch: token.start },
      to: { line, ch: token.end },
    };
  };

  const ofTerms = (name, kinds, valid) => ({
    name,
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return token.string.trim().length > 0 && !isVariable(token) && valid(yasqe, token);
    },
    preProcessToken: (yasqe, token) => token,
    get: (yasqe, token) => {
      const asked = words(token.string.replace(/^</, ""));
      return terms
        .filter((term) => kinds.includes(term.kind))
        .map((term) => ({ ...term, short: shorten(term.id, known(yasqe)) }))
        .filter((t) => words(t.short).includes(asked) || words(t.label).includes(asked))
        .slice(0, 50)
        .map((term) => JSON.stringify([term.short, term.label]));
    },
    postprocessHints: (yasqe, hints) => {
      const token = yasqe.getCompleteToken();
      return hints.map((one) => hint(yasqe, token, ...JSON.parse(one.text)));
    },
  });

  Yasqe.registerAutocompleter(
    ofTerms("rp-property", ["property"], (yasqe, token) => token.state.possibleCurrent.includes("a")),
    false,
  );
  Yasqe.registerAutocompleter(
    ofTerms("rp-class", ["class"], (yasqe, token) => {
      const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
      return ["a", "rdf:type"].includes(before?.state?.lastProperty);
    }),
    false,
  );
  // Three letters of a name after "<" offer the institutions, events, themes … that are called so.
  Yasqe.registerAutocompleter(
    {
      name: "rp-resource",
      bulk: false,
      autoShow: true,
      isValidCompletionPosition: (yasqe) => /^<[^<>\s/:]{3,}/.test(yasqe.getCompleteToken().string),
      preProcessToken: (yasqe, token) => token,
      get: async (yasqe, token) => {
        const asked = token.string.replace(/[<>]/g, "");
        const found = await get(`/sparql/resources?q=${encodeURIComponent(asked)}`);
        return found.map(({ id, label, slug }) => JSON.stringify([`<${id}>`, label, `${label}  ${slug}`]));
      },
      postprocessHints: (yasqe, hints) => {
        const token = yasqe.getCompleteToken();
        return hints.map((one) => hint(yasqe, token, ...JSON.parse(one.text)));
      },
    },
    false,
  );
  return { mode: "sparql-with-prefixes", autocompleters: ["rp-property", "rp-class", "rp-resource", "variables"] };
}
