// What the view hands out: status, tables, documents, pictures and settings.
#include "paths/paths_view.h"

#include "graph/graph_canvas.h"
#include "paths/paths_table.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPainter>
#include <QSlider>
#include <QTableView>

namespace aisle {

namespace {

QString wordOf(const ActivityChoice& choice) {
    switch (choice.of) {
    case ActivityChoice::Of::Stages: return QStringLiteral("stages");
    case ActivityChoice::Of::Visits: return QStringLiteral("visits");
    case ActivityChoice::Of::Field: return toQString(choice.field);
    case ActivityChoice::Of::Requests: break;
    }
    return choice.everyRequest ? QStringLiteral("every-request") : QStringLiteral("requests");
}

} // namespace

QString PathsView::statusText() const {
    if (!shown_ || shown_->graph.nodes.empty())
        return {};
    return tr("%1 of %2, %3").arg(JourneyWords::of(context()).counted(shown_->graph.cases), toQString(counted(shown_->graph.nodes.size(), "activity", "activities")), toQString(counted(shown_->variants.variants.size(), "variant", "variants")));
}

std::unique_ptr<Tabular> PathsView::tabular() const {
    if (!shown_ || shown_->graph.nodes.empty())
        return nullptr;
    if (list_->hasFocus())
        return std::make_unique<Tabular>(tabulate(*shown_->of->state, shown_->of->log, shown_->variants, 0, context().exporter().redactor()));
    return std::make_unique<Tabular>(tabulateFollows(shown_->of->log, shown_->graph, context().exporter().redactor()));
}

std::vector<ViewDocument> PathsView::documents() const {
    if (!shown_ || shown_->graph.nodes.empty())
        return {};
    const auto document = [this](const QString& name, const QString& suffix, FollowFormat format) {
        return ViewDocument{name, suffix, [shown = shown_, format](const Redactor& redactor) { return followText(shown->of->log, shown->graph, format, redactor); }};
    };
    return {document(tr("DOT graph"), QStringLiteral("dot"), FollowFormat::Dot), document(tr("Mermaid diagram"), QStringLiteral("mmd"), FollowFormat::Mermaid)};
}

QSize PathsView::pictureSize(int) const { return shown_ ? graphPictureSize(canvas_->frame()) : QSize(); }

void PathsView::paintPicture(QPainter& painter, QSize) const {
    const GraphFrame frame = pathsFrame(shown_->of->log, shown_->graph, shown_->plan, colours_->currentIndex() == 1, theme(), &context().exporter().redactor(), JourneyWords::of(context()));
    paintGraphPicture(painter, frame, {}, toQString(leftOutSentence(shown_->graph)), theme());
}

void PathsView::takeFocus() { canvas_->setFocus(); }

QJsonObject PathsView::settings() const {
    return {{QStringLiteral("of"), wordOf(choice_)}, {QStringLiteral("every-request"), choice_.everyRequest}, {QStringLiteral("activities"), detail_->value()}, {QStringLiteral("paths"), paths_->value()},
            {QStringLiteral("waits"), colours_->currentIndex() == 1}, {QStringLiteral("folds"), folds_->isChecked()}};
}

void PathsView::applySettings(const QJsonObject& settings) {
    detail_->setValue(settings.value(QStringLiteral("activities")).toInt(detail_->value()));
    paths_->setValue(settings.value(QStringLiteral("paths")).toInt(paths_->value()));
    colours_->setCurrentIndex(settings.value(QStringLiteral("waits")).toBool(colours_->currentIndex() == 1) ? 1 : 0);
    folds_->setChecked(settings.value(QStringLiteral("folds")).toBool(folds_->isChecked()));
    const QString of = settings.value(QStringLiteral("of")).toString(wordOf(choice_));
    const bool everyRequest = settings.value(QStringLiteral("every-request")).toBool(choice_.everyRequest);
    if (of != wordOf(choice_) || everyRequest != choice_.everyRequest)
        setActivities(of, everyRequest);
    else
        showFrame();
}

} // namespace aisle
