// The last step of `make report`: the page keeps to itself, and the contract matrix lies beside it.
// Allure's pages load Google's analytics, which no option turns off. It is taken out, and a policy forbids
// whatever else would leave the page.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

const PAGE = "html/index.html";
const ANALYTICS = /<script async src="https:\/\/www\.googletagmanager\.com[^>]*><\/script>\s*<script>[^<]*gtag\([^<]*<\/script>/;
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'unsafe-inline' 'unsafe-eval' data: blob:">`;

// A page that is attached, as the contract matrix is, gets 150 pixels otherwise.
const STYLE = `<style>iframe[title="HTML attachment"] { height: 75vh; }</style>`;

// The program stands before its data. Where the browser pauses between them, it would fetch files that are not there.
const DATA = `<script>window.allureReportData = {};</script>`;

const page = readFileSync(PAGE, "utf8");
if (!ANALYTICS.test(page)) {
  throw new Error(`${PAGE}: the analytics of this version of Allure are not where they were; look for them`);
}
writeFileSync(PAGE, page.replace(ANALYTICS, "").replace("<head>", () => `<head>\n${POLICY}\n${STYLE}\n${DATA}`));
if (existsSync("matrix.html")) copyFileSync("matrix.html", "html/matrix.html");
