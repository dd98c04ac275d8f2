import { useEffect, useRef } from "react";
import { startFeed } from "./api/feed";
import { useInfo, useInfoReader } from "./api/info";
import { editorKey } from "./editor/unsaved";
import { parse, useHash, type Route } from "./lib/route";
import { ContactPage } from "./pages/ContactPage";
import { ContactsPage } from "./pages/ContactsPage";
import { EditorPage } from "./pages/EditorPage";
import { FeedPage } from "./pages/FeedPage";
import { ImportPage } from "./pages/ImportPage";
import { OverlapPage } from "./pages/OverlapPage";
import { SegmentsPage } from "./pages/SegmentsPage";
import { Header } from "./ui/Header";
import { Offline } from "./ui/Offline";
import { Toasts } from "./ui/toast";

export function App() {
  const route = parse(useHash());
  const title = useInfo()?.title || "Segments";
  useInfoReader();
  useEffect(startFeed, []);
  useEffect(() => {
    document.title = `${pageName(route)} – ${title}`;
  });
  const main = useFocusOnNavigation(route);
  return (
    <>
      <a className="skip" href="#main" onClick={(e) => (e.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <Header page={route.page} />
      <Offline />
      <main id="main" ref={main} tabIndex={-1}>
        <Page route={route} />
      </main>
      <Toasts />
    </>
  );
}

function Page({ route }: { route: Route }) {
  const { page, id } = route;
  if (page === "contacts") return id === undefined ? <ContactsPage /> : <ContactPage key={id} id={id} />;
  if (page === "feed") return <FeedPage segment={route.query.get("segment") ?? ""} />;
  if (page === "overlap") return <OverlapPage />;
  if (page === "import") return <ImportPage />;
  if (page === "segments") return id === undefined ? <SegmentsPage /> : <EditorPage key={editorKey(id)} id={id} rule={route.query.get("rule")} name={route.query.get("name")} />;
  return (
    <div className="empty">
      <h1>There is no such page</h1>
      <p>
        <a href="#/segments">Go to the segments</a>
      </p>
    </div>
  );
}

function pageName({ page, id }: Route): string {
  if (page === "contacts") return id ?? "Contacts";
  if (page === "segments") return id === "new" ? "New segment" : (id ?? "Segments");
  return { feed: "Live", overlap: "Overlap", import: "Import" }[page] ?? "Not found";
}

// After a navigation the focus goes to the content, as it would on a page of its own, so that
// a screen reader reads the new page and Tab begins there.
function useFocusOnNavigation({ page, id }: Route) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [page, id]);
  return main;
}
