#pragma once
// Chooses the journey of its context, or the flow of orders of an OrdersContext: those that are kept in the workspace, the one that was
// chosen last first, then the presets. Beside it a button edits, begins and removes them. What is replaced or removed in the workspace can be
// had back, and so can what was edited and not saved.

#include "journey_words.h"
#include "user_store.h"

#include <QComboBox>

class QAction;
class QToolButton;

namespace aisle {

class JourneyEditor;

class JourneyBox : public QComboBox {
    Q_OBJECT
public:
    /// `parent`: of the button and of the editor, too.
    JourneyBox(ViewContext& context, QWidget* parent);

    QToolButton* editButton() const { return edit_; } ///< the parent lays it out
    /// That is being worked out, else that there is, also where it does not fit the file.
    const std::optional<JourneyDefinition>& present() const;
    /// That is what the file is looked at with from now on; not kept.
    void setJourney(const JourneyDefinition& journey);

Q_SIGNALS:
    void counting();                    ///< another one is being worked out
    void said(const QString& problem); ///< what failed; empty: something was chosen since

private:
    void fill();
    void choose(int index);
    JourneyEditor* edit(const JourneyDefinition& journey); ///< opens it
    void editNew();
    void removePresent();
    void offerUndo(const std::string& name, const QString& words); ///< what is kept under that name is about to be replaced or removed
    void bringBack(const UserItem& item, const std::optional<JourneyDefinition>& shown);
    std::vector<JourneyDefinition> presets() const;
    JourneyDefinition blank() const;

    ViewContext& context_;
    const JourneyWords words_;
    UserStore store_;
    QToolButton* edit_;
    QAction* removes_ = nullptr;
    std::optional<std::weak_ptr<Workspace>> undoOf_; ///< that what can be brought back was in; nothing: another one is open
    std::vector<JourneyDefinition> offered_;
    std::optional<JourneyDefinition> asked_; ///< that is being worked out; nothing: the context has it
    Worker proposalWorker_{this};
};

} // namespace aisle
