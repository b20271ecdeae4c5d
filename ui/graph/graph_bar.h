#pragma once
// What of the graph is shown and how: the controls above it. It knows no graph; the view sets what can be chosen, and is told.

#include "service_graph/graph_layout.h"
#include "service_graph/graph_lens.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QStringListModel;
class QToolButton;

namespace aisle {

class ElidedLabel;

class GraphBar : public QWidget {
    Q_OBJECT
public:
    enum class Show { Picture, Edges, Nodes };
    enum class Places { Layered, Force, Radial };

    explicit GraphBar(QWidget* parent);

    Show show() const;
    void setShow(Show show);
    Places places() const;
    void setPlaces(Places places);
    /// What groups are by: empty, "kind", or a key of resources.
    QString groupBy() const;
    void setGroupBy(const QString& key);
    /// Keys of resources with what is said of them, in the order of the menu.
    void setGroupKeys(const std::vector<std::pair<QString, QString>>& keys);
    uint32_t mostEdges() const; ///< 0: all
    void setMostEdges(uint32_t edges);
    bool isOnlyFocus() const;
    void setOnlyFocus(bool only);
    void setOnlyFocusEnabled(bool enabled);
    bool isComparing() const;
    void setComparing(bool comparing);
    bool isReplaying() const;
    void setReplaying(bool replaying);

    /// The line about what is around a node; an empty name: none.
    void setLens(const GraphLens& lens, const QString& around, const QString& pathTo);
    void setWords(const QString& words); ///< what is left out
    void setNames(const QStringList& names); ///< that can be searched for
    QString searchText() const;
    void openSearch();

Q_SIGNALS:
    void showChanged();
    void placesChanged();
    void groupByChanged();
    void mostEdgesChanged();
    void onlyFocusChanged();
    void comparingChanged();
    void replayingChanged();
    void hopsAsked(int change);
    void directionAsked(GraphLens::Direction direction);
    void lensEnded();
    void searched(const QString& text, bool isChosen); ///< typed, or Enter
    void searchEnded();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QToolButton* addToggle(const QString& text, const QString& help);
    QToolButton *picture_, *calls_, *nodes_, *onlyFocus_, *compare_, *replay_, *fewer_, *more_, *end_;
    QComboBox *places_, *groups_, *edges_, *direction_;
    QWidget* lens_;
    ElidedLabel *lensWords_, *words_;
    QLineEdit* search_;
    QStringListModel* names_;
};

} // namespace aisle
