#pragma once
// A window with the funnel, for tests of that view.

#include "funnel/funnel_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QComboBox>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

namespace aisle::test {

struct Window {
    ViewContext context;
    Host<FunnelView> host{QSize(1000, 420), context};

    explicit Window(const std::shared_ptr<Workspace>& workspace) {
        context.setWorkspace(workspace);
        if (!settle() || !QTest::qWaitForWindowExposed(&host.window))
            qFatal("the funnel does not come to rest");
    }
    FunnelView* view() const { return host.view; }
    FunnelChart* chart() const { return host.view->chart(); }
    void click(QPointF at, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(chart(), Qt::LeftButton, modifiers, at.toPoint());
    }
    /// The accent's outline is around the bar.
    bool isMarked(size_t column) const {
        const QImage picture = chart()->grab().toImage();
        const QRectF bar = chart()->frame().columns[column].bar;
        return QColor(picture.pixel((bar.topLeft() + QPointF(-2, bar.height() / 2)).toPoint())) == theme().accent;
    }
};

} // namespace aisle::test
