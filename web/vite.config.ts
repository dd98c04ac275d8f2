import { defineConfig } from "vite";

// The names in dist carry no hash of their content, so that a rebuilt page is a small
// change in git; the Go server sends an ETag instead. Paths are relative, so that the page
// works below any path.
export default defineConfig({
  base: "./",
  publicDir: "src/public", // below src, so that the hash of the sources covers it
  esbuild: { jsx: "automatic", legalComments: "none" },
  define: { "process.env.NODE_ENV": JSON.stringify(process.env.NODE_ENV ?? "production") },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
  // The development server sends calls to the mock server, or to a real one on that port.
  server: { proxy: { "/app": "http://127.0.0.1:8099", "/v1": "http://127.0.0.1:8099" } },
});
