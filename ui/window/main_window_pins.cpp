// Views that are pinned: copies beside the live ones, which keep the scope they had.

#include "journey/case_scope.h"
#include "pinned_context.h"
#include "theme/theme.h"
#include "widgets/icons.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "window/main_window.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace aisle {

namespace {

/// Says what is pinned, and lets go of it.
class PinTitle : public QWidget {
public:
    PinTitle(const QString& words, QDockWidget* dock) : QWidget(dock) {
        auto* label = plainLabel(words, this);
        QFont font = theme().font;
        font.setWeight(QFont::DemiBold);
        label->setFont(font);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        label->setToolTip(plainToolTip(words));
        auto* close = new QToolButton(this);
        close->setIcon(themedIcon(Icon::Close));
        close->setAutoRaise(true);
        close->setToolTip(MainWindow::tr("Unpin"));
        close->setAccessibleName(MainWindow::tr("Unpin"));
        QObject::connect(close, &QToolButton::clicked, dock, &QDockWidget::close);
        auto* box = new QHBoxLayout(this);
        box->setContentsMargins(measure::kPadding, 0, 2, 0);
        box->addWidget(label, 1);
        box->addWidget(close);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        p.fillRect(rect(), theme().background);
        p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
        p.fillRect(QRect(0, 0, 3, height()), theme().accent); // it stands still while the others move
    }
};

} // namespace

/// A copy of the view with the keyboard, else of the perspective's, beside it.
void MainWindow::pinView() {
    View* live = viewThat([this](const View& v) { return v.isVisible() && std::any_of(views_.begin(), views_.end(), [&](const auto& one) { return one.second == &v; }); });
    if (live == nullptr || context_.table()->isEmpty()) {
        showMessage(tr("There is nothing to pin. Open a file and choose a view first."));
        return;
    }
    const ViewInfo* info = nullptr;
    for (const ViewInfo& one : views())
        if (view(one.id) == live)
            info = &one;
    const std::string_view id = info->dock;
    auto* copy = new QDockWidget(area_);
    auto* context = new PinnedContext(contextOf(*info), id == kTraceDock || id == "details", area_);
    const QString title = singleLine(toQString(std::string(info->title) + ", pinned: " + toWords(context->pinned().scope, *context_.journey(), context_.timeZone())));
    copy->setObjectName(QStringLiteral("pin-%1").arg(++pinCount_));
    copy->setWindowTitle(title);
    copy->toggleViewAction()->setText(menuText(title)); // in the menu of the docks
    copy->setAttribute(Qt::WA_DeleteOnClose);
    copy->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    copy->setTitleBarWidget(new PinTitle(title, copy));
    View* pinned = info->create(*context, copy);
    copy->setWidget(pinned);
    pinned->applySettings(live->settings());
    connect(pinned, &QObject::destroyed, context, &QObject::deleteLater); // which it refers to as long as it lives
    QDockWidget* beside = dock(info->dock);
    const int width = beside->width();
    area_->splitDockWidget(beside, copy, Qt::Horizontal);
    copy->show();
    area_->resizeDocks({beside, copy}, {width / 2, width / 2}, Qt::Horizontal);
    connect(pinned, &View::statusTextChanged, this, &MainWindow::updateStatus);
    serve(pinned);
    pins_.emplace_back(copy);
    context_.setPinned(copy, context->pinned().scope);
    connect(copy, &QObject::destroyed, this, [this, copy] {
        std::erase_if(pins_, [](const auto& pin) { return pin.isNull(); });
        context_.setPinned(copy, std::nullopt);
    });
}

void MainWindow::unpinAll() {
    for (const auto& pin : std::exchange(pins_, {}))
        delete pin.data();
}

} // namespace aisle
