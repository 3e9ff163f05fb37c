// How `make report` turns reports/allure-results into one HTML file; it is run in this folder.
import { defineConfig } from "allure";

const EPIC = "Conversation API";

const isContractTest = ({ labels }) => labels.some(({ name, value }) => name === "epic" && value === EPIC);

/** Tests of one status whose message holds some words: what a verdict is that Allure has no status for. */
const verdict = (name, status, words) => ({
  name,
  matchers: (test) => test.status === status && (words === undefined || (test.message ?? "").includes(words)),
  groupByMessage: status !== "failed",
});

export default defineConfig({
  name: "Contract of the Conversation API",
  output: "html",
  historyPath: "history.jsonl", // kept between runs; CI brings that of its last run
  historyLimit: 50,
  hideLabels: ["parentSuite", "suite", "host", "thread", "framework", "language", "package"],
  categories: {
    rules: [
      verdict("MUST violated", "failed", "MUST violated"),
      verdict("SHOULD broken", "failed", "SHOULD violated"),
      verdict("SHOULD broken", "skipped", "SHOULD violated"),
      verdict("Not exercised, and had to be", "failed", "not exercised"),
      verdict("Suite error: could not find out", "broken"),
      verdict("Expected deviation", "skipped", "deviation:"),
      verdict("Undecided", "skipped", "undecided:"),
      verdict("Not exercised", "skipped", "not-exercised:"),
    ],
  },
  plugins: {
    awesome: {
      options: {
        reportName: "Contract of the Conversation API",
        reportLanguage: "en",
        singleFile: true,
        groupBy: ["feature", "story"], // clause family, then listing
        filter: isContractTest, // `make test` leaves the results of the suite's own tests beside them
      },
    },
  },
});
