"""A ticket from an institution to its end: raised, accepted, answered, solved, confirmed, rated; two real browsers."""

from playwright.sync_api import Browser, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

USER = Person("user1", "desk")
ENGINEER = Person("engineer2", "desk")
WHAT = "心电报告打印不出来，打印机显示脱机"
TITLE = "心电报告打印不出来"
NOTE = "先看院内打印服务，再看驱动"
ANSWER = "您好，正在远程查看打印服务。"
SOLUTION = "打印服务已重启，试打一页正常。"


def test_a_ticket_goes_all_the_way(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, USER) as user, at_browser(browser, platform, ENGINEER) as engineer:
        user.goto(f"{platform.url}/desk/service")
        user.get_by_role("button", name="报修 / 提问").click()
        form = user.get_by_role("dialog")
        form.get_by_label("出了什么问题").fill(WHAT)
        form.get_by_label("标题（可不填）").fill(TITLE)
        form.get_by_role("button", name="提交").click()
        expect(user.get_by_role("heading", name=TITLE)).to_be_visible()
        expect(user.get_by_text(WHAT)).to_be_visible()
        expect(user.get_by_role("button", name="受理", exact=True)).to_have_count(0)

        engineer.goto(f"{platform.url}/desk/service")
        engineer.get_by_role("link", name=TITLE).click()
        engineer.get_by_role("button", name="受理", exact=True).click()
        said = engineer.get_by_label("写一条消息")
        for text, internal in ((NOTE, True), (ANSWER, False)):
            said.fill(text)
            engineer.get_by_label("仅内部可见").set_checked(internal)
            engineer.get_by_role("button", name="发送").click()
            expect(engineer.get_by_role("article").filter(has_text=text)).to_be_visible()
        engineer.get_by_role("button", name="已解决", exact=True).click()
        engineer.get_by_role("dialog").get_by_label("处理结果").fill(SOLUTION)
        engineer.get_by_role("dialog").get_by_role("button", name="发送").click()
        expect(engineer.get_by_role("region", name="处理结果")).to_contain_text(SOLUTION)

        user.reload()
        expect(user.get_by_role("region", name="处理结果")).to_contain_text(SOLUTION)
        expect(user.get_by_role("article").filter(has_text=ANSWER)).to_be_visible()
        expect(user.get_by_text(NOTE)).to_have_count(0)
        user.get_by_role("button", name="确认解决").click()
        rating = user.get_by_role("region", name="您满意吗？")
        rating.get_by_role("button", name="5").click()
        expect(rating).to_have_count(0)

        engineer.reload()
        expect(engineer.get_by_text("已确认", exact=True)).to_be_visible()
        steps = engineer.get_by_role("region", name="经过").get_by_role("listitem")
        kinds = ["提出", "受理", "内部备注", "答复", "解决", "确认解决"]
        expect(steps).to_have_count(len(kinds))
        for number, kind in enumerate(kinds):
            expect(steps.nth(number)).to_contain_text(f" {kind} · ")
