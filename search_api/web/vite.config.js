import { defineConfig } from "vite";

// One module a page that has a script; fixed names, since the server tells browsers by ETag what changed.
export default defineConfig({
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    cssCodeSplit: true,
    rollupOptions: {
      input: { sparql: "src/sparql/index.js" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
