import { defineConfig } from "vite";

// One module a page that has a script; fixed names, since the server tells browsers by ETag what changed.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    cssCodeSplit: true,
    rollupOptions: {
      input: { network: "src/network/index.js", site: "src/site/index.js", sparql: "src/sparql/index.js", type: "src/type.css" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
