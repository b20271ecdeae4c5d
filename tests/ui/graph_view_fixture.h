#pragma once
// A shop and a window with its service graph, for tests of that view.

#include "graph/graph_painter.h"
#include "graph/graph_replay.h"
#include "graph/graph_view.h"
#include "model/graph_fixture.h"
#include "ui_fixture.h"
#include "window/picture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QCompleter>
#include <QImage>
#include <QJsonArray>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QStringListModel>
#include <QTableView>
#include <QTest>
#include <QThreadPool>
#include <QToolButton>

#include <cmath>

namespace aisle::test {

inline GraphFixture shop() {
    GraphFixture f;
    for (uint64_t trace = 1; trace <= 20; ++trace) {
        const uint64_t id = trace * 100;
        f.add(trace, id, 0, "frontend", Kind::Server);
        f.add(trace, id + 1, id, "frontend", Kind::Client);
        f.add(trace, id + 2, id + 1, "cart", Kind::Server).isError = trace % 10 == 0;
        if (trace % 2 == 0) {
            f.add(trace, id + 3, id, "frontend", Kind::Client);
            f.add(trace, id + 4, id + 3, "checkout", Kind::Server);
            f.add(trace, id + 5, id + 4, "checkout", Kind::Client);
            f.add(trace, id + 6, id + 5, "payment", Kind::Server);
        }
    }
    return f;
}

struct Window {
    ViewContext context;
    GraphView view{context};

    explicit Window(const GraphFixture& fixture) {
        view.resize(900, 500);
        view.show();
        context.setTable(fixture.table(), false);
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(view.graph() && !view.isBusy() && !context.isScopePending(), 10'000);
    }
    uint32_t node(std::string_view name) const {
        for (uint32_t n = 0; n < view.graph()->nodes.size(); ++n)
            if (view.graph()->nodes[n].name == name)
                return n;
        qFatal("no such node");
    }
    QPoint at(std::string_view name) const {
        return view.viewport().toView(view.frame().nodes[node(name)].rect.center()).toPoint();
    }
    uint32_t edge(std::string_view from, std::string_view to) const {
        for (uint32_t e = 0; e < view.graph()->edges.size(); ++e)
            if (view.graph()->edges[e].from == node(from) && view.graph()->edges[e].to == node(to))
                return e;
        qFatal("no such edge");
    }
};

} // namespace aisle::test
