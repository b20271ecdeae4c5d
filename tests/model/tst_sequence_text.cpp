// Sequence diagrams as text for other programs: what Mermaid is told, and that no name can say more than a name.

#include "sequence_fixture.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace aisle;
using namespace aisle::test;

class TestSequenceText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void unnamedCallsAreSaid() {
        Fixture f;
        f.span(1, 0, "a", S, "run", 0, 1000);
        f.span(2, 1, "a", C, "call", 10, 20);
        compare(notesOf(Model(f).diagram()), {"1 client or producer span has no callee in the file and no name of one."});
    }

    void mermaid() {
        Fixture f = orders();
        f.spans[1].isError = f.spans.back().isError = true;
        f.span(1000, 0, "front", S, "GET", 300, 400);
        f.span(1001, 1000, "front", P, "send", 310, 320).attributes = {{"messaging.destination.name", "jobs"}};
        f.span(1002, 1000, "front", C, "nowhere", 330, 340);
        const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
        QCOMPARE(out, std::string("sequenceDiagram\n"
                                  "    participant P0 as batch\n"
                                  "    participant P1 as shop\n"
                                  "    participant P2 as orders\n"
                                  "    actor P3 as (user)\n"
                                  "    participant P4 as front\n"
                                  "    participant P5 as jobs\n"
                                  "    loop 3 times\n"
                                  "        P0->>+P1: Order (3 calls, 1 failed)\n"
                                  "        loop 6 times in all\n"
                                  "            P1->>P2: SELECT (6 calls, 1 failed, 30 ns in all)\n"
                                  "        end\n"
                                  "        P1-->>-P0: 240 ns in all\n"
                                  "    end\n"
                                  "    P3->>+P4: GET\n"
                                  "    P4-)P5: send (10 ns)\n"
                                  "    P4-->>-P3: 100 ns\n"
                                  "    Note over P0,P5: 1 client or producer span has no callee in the file and no name of one.\n"));
    }

    void hostileNames() {
        Fixture f;
        f.span(1, 0, "a;b#c\nP9->>P0: x", S, "<script>alert(1)</script>", 0, 100);
        f.span(2, 1, "a;b#c\nP9->>P0: x", C, "", 1, 2).attributes = {{"db.namespace", "%%{init: {\"theme\": \"dark\"}}%%"}};
        const char* odd = "end\r\xe2\x80\xa8loop \xef\xac\x82\xc2\xb0\xc2\xb0""60\xc2\xb6\xc3\x9f $$x$$ \xff \xe2\x80\xaeö";
        f.span(3, 1, "a;b#c\nP9->>P0: x", C, odd, 3, 4).attributes = {{"peer.service", "  "}};
        const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
        QCOMPARE(out, std::string("sequenceDiagram\n"
                                  "    actor P0 as (user)\n"
                                  "    participant P1 as a#59;b#35;c P9-#62;#62;P0#58; x\n"
                                  "    participant P2 as #37;#37;#123;init#58; #123;#34;theme#34;#58; #34;dark#34;#125;#125;#37;#37;\n"
                                  "    participant P3 as (no name)\n"
                                  "    P0->>+P1: #60;script#62;alert(1)#60;/script#62;\n"
                                  "    P1->>P2: (no name) (1 ns)\n"
                                  "    P1->>P3: end  loop \xef\xac\x82#176;#176;60\xc2\xb6\xc3\x9f #36;#36;x#36;#36; \xef\xbf\xbd  ö (1 ns)\n"
                                  "    P1-->>-P0: 100 ns\n"));
    }

    // Whatever bytes names are made of, the lines are those that the diagram has.
    void namesNeverMakeLines() {
        std::mt19937 random(5);
        const auto name = [&] {
            std::string out;
            for (size_t n = random() % 300; n > 0; --n)
                out += static_cast<char>(random() % 256);
            return out;
        };
        for (int round = 0; round < 30; ++round) {
            Fixture f;
            f.span(1, 0, "a", I, "run", 0, 100);
            f.spans.back().service = name();
            f.add(1, 2, 1, name(), S).name = name();
            const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
            QCOMPARE(std::count(out.begin(), out.end(), '\n'), 5L);
            for (size_t at = 0; at < out.size(); ++at) {
                const char c = out[at];
                QVERIFY(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
                if (c != '#')
                    continue;
                const size_t end = out.find(';', at);
                QVERIFY(end != std::string::npos && end > at + 1 && out.find_first_not_of("0123456789", at + 1) == end);
            }
            QCOMPARE(std::count(out.begin(), out.end(), ';'), std::count(out.begin(), out.end(), '#'));
            for (const char c : std::string_view("<%{}$\"'`\\&@"))
                QVERIFY(out.find(c) == std::string::npos);
        }
    }

    void namesAreRedacted() {
        class Masking : public Redactor {
            std::string redact(std::string_view key, std::string_view) const override { return '[' + std::string(key) + ']'; }
        };
        Fixture f;
        f.span(1, 0, "secret", S, "secret", 0, 100);
        f.query(2, 1, "secret", "secret", 1, 2);
        const std::string out = mermaidSequence(Model(f).diagram(), Masking());
        QVERIFY(out.find("secret") == std::string::npos);
        QVERIFY(out.find("participant P1 as #91;service.name#93;\n") != std::string::npos);
        QVERIFY(out.find("participant P2 as #91;service.peer.name#93;\n") != std::string::npos);
        QVERIFY(out.find("P1->>P2: #91;name#93; (1 ns)\n") != std::string::npos);
        QVERIFY(out.find("actor P0 as (user)\n") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSequenceText)
#include "tst_sequence_text.moc"
